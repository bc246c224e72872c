"""What the type checker must refuse: each marked line is an error that `make lint` expects, and its mark, once unused, is one."""
