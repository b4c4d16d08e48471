"""Panels: the registry as widgets in the cell. The only place of ipywidgets and anywidget."""
