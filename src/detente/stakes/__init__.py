"""A quantitative trade model: what each path of the talks is worth. Needs the extra `model`."""
