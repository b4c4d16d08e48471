"""What is known of methods and functions by their names."""

from __future__ import annotations

from modelreg.capture.slice.table import table

FITS = table("fit fit_transform fit_predict fit_resample partial_fit fit_generator fit_one_cycle finetune")
"""Methods by which a model learns."""

RESETTING = table("fit fit_transform fit_predict")
"""Those that forget what was learned before."""

LEARNS_IN_DEPTH = table(
    """step zero_grad backward load_state_dict train eval to cuda cpu double half float requires_grad_ compile
    add_module register_module register_buffer register_parameter set_params set_output apply unscale_ scale
    load_model load_weights set_weights prune share_memory"""
)
"""Methods that change their receiver and what it holds."""

LEARNS_IN_LAYERS = table(
    """train_on_batch reset_parameters reset_running_stats reset_states reset_state assign assign_add assign_sub
    apply_gradients minimize load_own_variables init_weights tie_weights resize_token_embeddings build"""
)
"""Those of networks, their layers, weights and optimizers."""

FILLS = table(
    """append extend insert update sort reverse pop popitem clear remove discard add setdefault write writelines
    writerow writerows seek fill put resize setflags send appendleft popleft extendleft rotate add_module setfield
    itemset partition __setitem__ __setattr__ __delitem__ move_to_end subtract intersection_update
    difference_update symmetric_difference_update add_scalar set_index_ seed setstate bulk_save_objects commit
    read readline readlines __next__ acquire release execute executemany executescript fetchall fetchone fetchmany
    optimize enqueue_trial tell ask add_trial add_trials"""
)
"""Methods that change their receiver; what they are given may be held by it from then on."""

BOUND = FITS | FILLS | (LEARNS_IN_DEPTH - {"to", "scale", "apply", "double", "half", "float"})
"""Methods that may be called under a name of their own, or by what they are handed to."""

CHANGING = ("add_", "set_", "remove_", "update_", "register_", "load_", "build_", "resize_", "delete_", "clear_", "put")
"""Beginnings of the names of methods that change objects of packages of which little is known."""

ESTIMATOR_FILLS = table(
    "train update append insert pop extend remove clear sort reverse boost add_valid reset_parameter"
)
"""Those of estimators and their lists of steps."""

FRAME_FILLS = table("insert update pop sort fill put resize itemset partition setflags setfield seed")
"""Those of arrays and frames, where many of the other names (`add`, `append`) make something new."""

VIEWS = table(
    """values get items named_steps reshape ravel view squeeze swapaxes transpose T flat loc iloc at iat str dt real
    imag data weight bias grad parameters named_parameters children modules named_modules state_dict buffers
    get_submodule get_booster booster_ named_transformers_ steps estimators_ expand unsqueeze permute to_numpy
    numpy detach contiguous flatten requires_grad_ __getitem__ __iter__ diagonal to_frame best_estimator_
    final_estimator head tail pipe set_axis cursor transformers_ estimator_ base_estimator_ regressor_ transformer_
    named_estimators_ calibrated_classifiers_ final_estimator_ kernel_ initial_estimator_"""
)
"""What they give may share its memory with the receiver, or be held by it."""

GROUPS = table("groupby rolling expanding resample ewm")

PURE = table(
    """predict predict_proba predict_log_proba decision_function transform inverse_transform score describe info mean
    std var sum min max count median quantile copy astype tolist keys drop dropna fillna merge join query
    value_counts unique nunique isna isnull notna notnull corr cov plot hist show format split rsplit strip lstrip
    rstrip lower upper title replace startswith endswith item get_params apply map applymap sort_values
    reset_index set_index rename assign shape to_csv to_parquet to_pickle to_json to_string to_dict round any all
    argmax argmin argsort dot sample select_dtypes iterrows itertuples close legend set_title set_xlabel
    set_ylabel savefig index find encode decode splitlines isdigit isalpha bit_length get_feature_names_out
    get_n_splits kneighbors size dim numel long int bool abs exp log sqrt pow clip cumsum cumprod diff shift
    astype pivot pivot_table melt stack unstack crosstab nlargest nsmallest idxmax idxmin between isin duplicated
    drop_duplicates explode interpolate pct_change rank memory_usage to_list union intersection difference
    issubset exists is_file is_dir flush cache_info as_posix mode zfill center partition_ most_common elements
    total save_model save_weights summary evaluate best_params get_metadata_routing sparsify densify cluster
   """
)
"""Methods that leave a receiver of unknown kind as it is (without `inplace`)."""

FIRST_CHANGES = table(
    """shuffle copyto fill_diagonal put place putmask setattr delattr next heappush heappop heapify heapreplace
    insort setitem delitem insort_left insort_right clip_grad_norm_ clip_grad_value_ vector_to_parameters send print_summary at
    put_along_axis update_bn load_state_dict freeze"""
)
"""Functions of known packages that change their first argument; a trailing underscore says the same."""

HOLDS = table(
    """make_pipeline make_union make_column_transformer list tuple dict set frozenset iter reversed sorted enumerate
    zip map filter chain cycle islice tee product combinations partial deque namedtuple defaultdict OrderedDict
    groupby count repeat hstack_ wraps iter_ default_collate thread_map batched starmap accumulate writer fromkeys"""
)
"""Functions whose result holds what they were given, as constructors do."""

ITERATORS = table("iter enumerate zip map filter reversed chain cycle islice open reader DictReader")
"""Their results are used up by going through them."""

SAME = table(
    """asarray asanyarray atleast_1d atleast_2d ravel reshape squeeze transpose from_numpy as_tensor swapaxes
    expand_dims broadcast_to ascontiguousarray asfortranarray check_array check_X_y column_or_1d as_strided
    array_split split vsplit hsplit real imag tqdm trange tqdm_notebook Series DataFrame indexable nditer
    view_as_real moveaxis rollaxis flatten unsqueeze permute cast copy compile optimize jit njit wraps lru_cache
    cache total_ordering dataclass property staticmethod classmethod no_grad inference_mode contextmanager vmap
    autocast data_parallel"""
)
"""Functions that may give back what they were given, or a view of it."""

TRIES_COPIES = table(
    """cross_val_score cross_validate cross_val_predict learning_curve validation_curve permutation_test_score"""
)
"""Functions that fit copies of the estimators that they are given."""

COPIES = frozenset({"clone", "deepcopy", "clone_model"})

KEEPS_DATA = table(
    """KNeighborsClassifier KNeighborsRegressor RadiusNeighborsClassifier RadiusNeighborsRegressor NearestNeighbors
    KernelDensity LocalOutlierFactor GaussianProcessRegressor GaussianProcessClassifier KernelRidge KNNImputer
    LabelPropagation LabelSpreading"""
)
"""Estimators that keep the very array that they were fitted to."""

FITS_COPIES = table(
    """GridSearchCV RandomizedSearchCV HalvingGridSearchCV HalvingRandomSearchCV AdaBoostClassifier AdaBoostRegressor
    BaggingClassifier BaggingRegressor VotingClassifier VotingRegressor StackingClassifier StackingRegressor
    CalibratedClassifierCV OneVsRestClassifier OneVsOneClassifier OutputCodeClassifier MultiOutputClassifier
    MultiOutputRegressor ClassifierChain RegressorChain RANSACRegressor RFE RFECV SelectFromModel
    SequentialFeatureSelector SelfTrainingClassifier TransformedTargetRegressor ColumnTransformer IterativeImputer
    TunedThresholdClassifierCV"""
)
"""Estimators that fit copies of those that they are given, which stay as they were."""
