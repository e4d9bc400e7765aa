"""Several settings under one budget: trained, judged and laid side by side."""
