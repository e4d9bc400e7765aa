"""Where landmarks come from: a network, a file, or the template itself."""
