import os

# A page is a hundred small queries of Polars: handing each to several threads costs more than it brings, and as many
# pages are drawn at once as there are cores. It is read once, when Polars is imported.
os.environ.setdefault("POLARS_MAX_THREADS", "1")

# NumPy counts; its BLAS, which nothing here calls, would take memory for each thread.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
