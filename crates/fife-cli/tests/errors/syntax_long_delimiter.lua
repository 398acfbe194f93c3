local text = [=abc
