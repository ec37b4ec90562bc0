"""Shared by results/plot, results/predict and results/compare: records of a scaling suite, laws of scaling, figures,
report, scale model, the comparison with other systems."""
