"""Runs a suite of experiments at several numbers of ranks, on this machine, on named hosts or through Slurm."""
