"""Shared by results/plot and results/predict: records of a scaling suite, laws of scaling, figures, report, scale
model."""
