"""Parts of the surroundings that statements read and change: random numbers, files, settings."""

from __future__ import annotations

from modelreg.capture.slice.table import table

CONFIG, PATH, ALL_FILES, ANY_FILE = "<config>", "<syspath>", "<fs:*>", "<fs:?>"
NUMPY, RANDOM, TORCH, KERAS = "<rng:numpy>", "<rng:random>", "<rng:torch>", "<rng:tensorflow>"
GENERATORS = (NUMPY, RANDOM, TORCH, KERAS)
SEARCH = "<rng:the search>"

SEEDERS = {
    "numpy.random.seed": (NUMPY,),
    "numpy.random.set_state": (NUMPY,),
    "random.seed": (RANDOM,),
    "random.setstate": (RANDOM,),
    "torch.manual_seed": (TORCH,),
    "torch.random.manual_seed": (TORCH,),
    "torch.set_rng_state": (TORCH,),
    "torch.seed": (TORCH,),
    "torch.cuda.manual_seed": (),
    "torch.cuda.manual_seed_all": (),
    "tensorflow.random.set_seed": (KERAS,),
    "tensorflow.set_random_seed": (KERAS,),
    "tensorflow.keras.utils.set_random_seed": GENERATORS,
    "keras.utils.set_random_seed": GENERATORS,
    "transformers.set_seed": GENERATORS,
}
STATES = {
    "numpy.random.get_state": NUMPY,
    "random.getstate": RANDOM,
    "torch.get_rng_state": TORCH,
    "torch.random.get_rng_state": TORCH,
}
"""Read where a generator stands."""
CHANCE = "<rng:chance>"
ENTROPY = table("os.urandom os.getrandom uuid.uuid1 uuid.uuid4 secrets.token_bytes secrets.token_hex secrets.randbelow")
"""Give something else each time, whatever was seeded."""
SEEDED_BY_CHANCE = table(
    "numpy.random.default_rng numpy.random.RandomState numpy.random.PCG64 numpy.random.MT19937 random.Random"
)
"""Generators that are other ones each time when they are given no seed."""
CLOCKS = table("time time_ns perf_counter monotonic now utcnow today timestamp urandom uuid4 getpid")
"""What a seed that is another one each time comes from."""
SEEDS_ALL = frozenset({"seed_everything", "set_seed", "set_seeds", "seed_all", "fix_seed", "set_random_seed"})
"""Functions of unknown packages that mean to seed every generator."""

OWN_GENERATORS = frozenset(
    {
        "numpy.random.default_rng",
        "numpy.random.RandomState",
        "numpy.random.Generator",
        "numpy.random.PCG64",
        "numpy.random.MT19937",
        "random.Random",
        "torch.Generator",
        "sklearn.utils.check_random_state",
    }
)
"""Make a generator of their own: whoever gets it advances it."""

NUMPY_STILL = OWN_GENERATORS | {
    "numpy.random.get_state",
    "numpy.random.SeedSequence",
    "numpy.random.seed",
    "numpy.random.set_state",
}

TORCH_DRAWS = table(
    """rand randn randint randperm normal bernoulli multinomial poisson rand_like randn_like randint_like
    random_split dropout dropout2d alpha_dropout gumbel_softmax rrelu"""
)
TORCH_METHOD_DRAWS = table(
    "normal_ uniform_ random_ bernoulli_ exponential_ geometric_ cauchy_ log_normal_ reset_parameters"
)
TORCH_LAYERS = ("Linear", "Lazy", "Bilinear", "Conv", "Embedding", "LSTM", "GRU", "RNN", "Transformer", "Multihead")
"""Beginnings of the names of modules that draw their first weights."""

TORCH_MOVING = ("Dropout", "AlphaDropout", "FeatureAlphaDropout", "BatchNorm", "LazyBatchNorm", "InstanceNorm", "RReLU")
"""Beginnings of the names of modules that draw or change when they are called."""

SKLEARN_DRAWS = table(
    """AdaBoostClassifier AdaBoostRegressor BaggingClassifier BaggingRegressor BayesianGaussianMixture BernoulliRBM
    BisectingKMeans DecisionTreeClassifier DecisionTreeRegressor DictionaryLearning ExtraTreeClassifier
    ExtraTreeRegressor ExtraTreesClassifier ExtraTreesRegressor FastICA GaussianMixture GaussianRandomProjection
    GradientBoostingClassifier GradientBoostingRegressor IsolationForest KMeans LatentDirichletAllocation
    LinearSVC MDS MLPClassifier MLPRegressor MiniBatchDictionaryLearning MiniBatchKMeans MiniBatchNMF
    MiniBatchSparsePCA NeighborhoodComponentsAnalysis Nystroem PassiveAggressiveClassifier
    PassiveAggressiveRegressor Perceptron PolynomialCountSketch RANSACRegressor RBFSampler RandomForestClassifier
    RandomForestRegressor RandomTreesEmbedding RandomizedSearchCV HalvingGridSearchCV HalvingRandomSearchCV
    SGDClassifier SGDOneClassSVM SGDRegressor SkewedChi2Sampler SparsePCA SparseRandomProjection
    SpectralBiclustering SpectralClustering SpectralCoclustering SpectralEmbedding TSNE TargetEncoder
    TheilSenRegressor ShuffleSplit StratifiedShuffleSplit GroupShuffleSplit RepeatedKFold RepeatedStratifiedKFold
    SMOTE ADASYN RandomOverSampler RandomUnderSampler BorderlineSMOTE SMOTEENN SMOTETomek
    BalancedRandomForestClassifier BayesSearchCV UMAP"""
)
"""Draw when they are fitted or split, unless `random_state` is given."""

SKLEARN_MAY_DRAW = table(
    """PCA TruncatedSVD KernelPCA FactorAnalysis NMF LinearSVR SVC NuSVC LogisticRegression LogisticRegressionCV
    Lasso ElasticNet LassoCV ElasticNetCV QuantileTransformer KBinsDiscretizer HistGradientBoostingClassifier
    HistGradientBoostingRegressor EllipticEnvelope MinCovDet LocallyLinearEmbedding Ridge RidgeClassifier
    DummyClassifier GaussianProcessRegressor GaussianProcessClassifier ClassifierChain Lars LassoLars KFold
    StratifiedKFold GroupKFold TunedThresholdClassifierCV AffinityPropagation"""
)
"""Draw for some settings or sizes only."""

SKLEARN_FUNCTIONS = table(
    """train_test_split resample shuffle make_classification make_regression make_blobs make_moons make_circles
    make_gaussian_quantiles make_hastie_10_2 make_multilabel_classification make_friedman1 make_friedman2
    make_friedman3 make_low_rank_matrix make_s_curve make_swiss_roll make_sparse_coded_signal
    make_sparse_spd_matrix make_sparse_uncorrelated make_spd_matrix make_biclusters make_checkerboard
    permutation_importance permutation_test_score randomized_svd k_means kmeans_plusplus mutual_info_classif
    mutual_info_regression learning_curve_ kmedoids gp_minimize forest_minimize gbrt_minimize dummy_minimize"""
)
"""Functions that draw, unless `random_state` is given."""

SEED_WORDS = frozenset({"random_state", "seed", "generator", "rng", "random_seed"})

SCIPY_DRAWS = table(
    """rvs random random_array rand resample differential_evolution dual_annealing basinhopping kmeans kmeans2 bootstrap
    permutation_test monte_carlo_test"""
)
"""Functions and methods of scipy that draw, unless they are given a seed."""

SEABORN_DRAWS = table(
    """barplot pointplot lineplot regplot lmplot relplot catplot factorplot stripplot pairplot jointplot"""
)
"""Plots that may draw what they scatter and estimate."""

SAMPLERS = table("TPESampler RandomSampler CmaEsSampler NSGAIISampler NSGAIIISampler GPSampler QMCSampler")

WRITERS = table(
    """to_csv to_parquet to_pickle to_json to_excel to_feather to_hdf to_sql dump save savez savez_compressed savetxt
    write_text write_bytes save_model save_weights save_pretrained write_csv write_parquet touch symlink tofile
    imwrite imsave write_bytes save_to_disk"""
)
"""Write the file that they are given the name of."""

MOVERS = table(
    """chdir makedirs mkdir rmtree remove unlink rename replace copyfile copytree move system getoutput run
    check_call check_output Popen call urlretrieve extractall extract unpack_archive download mkdtemp mkstemp
    TemporaryDirectory NamedTemporaryFile copy2 rmdir"""
)
"""Change the file system somewhere, when they come from `MOVING` packages or are methods of their objects."""

MOVING = table("os shutil subprocess pathlib urllib zipfile tarfile tempfile gdown wget kaggle nltk requests sqlite3")

READERS = table(
    """read_csv read_parquet read_pickle read_json read_excel read_table read_feather read_hdf read_sql
    read_sql_query read_fwf read_html load loadtxt genfromtxt fromfile glob rglob iterdir read_text read_bytes
    listdir walk scandir open exists isfile isdir is_file is_dir imread load_model load_weights load_files
    scan_csv from_pretrained load_dataset ImageFolder load_from_checkpoint load_svmlight_file getsize stat
    safe_load load_file read_stata read_spss read_sas connect"""
)
"""Read the file that they are given the name of, or one that is already open."""

PATH_WORDS = table("xgb_model init_model model_file filename filepath fname checkpoint_path ckpt_path")
"""Keywords whose value may name a file."""

CONFIGURERS = table(
    """sklearn.set_config pandas.set_option pandas.options numpy.seterr numpy.setbufsize torch.set_default_dtype
    torch.set_default_device torch.set_default_tensor_type torch.use_deterministic_algorithms
    torch.set_num_threads torch.set_num_interop_threads torch.set_float32_matmul_precision
    torch.autograd.set_detect_anomaly torch.set_grad_enabled xgboost.set_config os.putenv os.environ.update
    os.environ.setdefault os.environ.pop locale.setlocale decimal.setcontext sys.setrecursionlimit
    torch.multiprocessing.set_start_method tensorflow.config.run_functions_eagerly
    tensorflow.keras.backend.set_floatx keras.backend.set_floatx keras.mixed_precision.set_global_policy
    tensorflow.compat.v1.disable_eager_execution pandas.reset_option gc.disable builtins.setattr"""
) - {"builtins.setattr"}
"""Change how everything after them works."""

DISPLAY_OPTIONS = ("display.", "plotting.", "styler.", "max_", "precision", "io.")
DISPLAY_KEYWORDS = frozenset({"display", "print_changed_only"})
