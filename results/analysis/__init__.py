"""What results/plot and results/predict share: records of a scaling suite, laws of scaling, figures, report, scale
model."""
