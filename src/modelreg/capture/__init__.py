"""What surrounds a model when it is registered: nothing here knows IPython."""
