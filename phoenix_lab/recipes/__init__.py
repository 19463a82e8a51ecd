"""The questions that can be asked, and what each computes: no processes, no clock, no disk."""
