//! The driver against the embedded handset under simulated time: see `tests/` for whole runs.
