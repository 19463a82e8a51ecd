"""Rows to train on: those like others, those worth a label, and the files that a model is fine-tuned with."""
