def count(program):
    return 0
