"""What the servers of the action Fibonacci are to give."""


def fibonacci(order):
    """The first `order` + 1 Fibonacci numbers, each in the 31 bits that the action's int32 has for them."""
    numbers = [0, 1]
    for i in range(1, order):
        numbers.append((numbers[i] + numbers[i - 1]) % 2**31)
    return numbers
