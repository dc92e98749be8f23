"""Makes a world smaller for as long as it still shows what it was found for. What a policy needs to be one (its
selector, the keys of an expression) stays, so that what is left reads like a policy that somebody wrote."""

NEEDED = {"endpointSelector", "podSelector", "operator", "key", "cidr", "type"}


def shrink(world, disagrees, budget=600):
    """The smallest world found in so many attempts."""
    steps = 0
    progress = True
    while progress and steps < budget:
        progress = False
        for smaller in candidates(world):
            steps += 1
            if steps >= budget:
                break
            if disagrees(smaller):
                world = smaller
                progress = True
                break
    return world


def candidates(world):
    """Worlds with one thing less, whole policies first."""
    policies = world["policies"]
    for i in range(len(policies)):
        yield {**world, "policies": policies[:i] + policies[i + 1:]}
    for i, policy in enumerate(policies):
        for field in ("specs", "spec"):
            for value in smaller_values(policy.get(field), top=True):
                yield {**world, "policies": policies[:i] + [{**policy, field: value}] + policies[i + 1:]}


def smaller_values(value, top=False):
    if isinstance(value, list):
        for i in range(len(value)):
            yield value[:i] + value[i + 1:]
        for i, item in enumerate(value):
            for smaller in smaller_values(item):
                yield value[:i] + [smaller] + value[i + 1:]
    elif isinstance(value, dict):
        for key in value:
            # In a peer a podSelector may go, in a spec it may not.
            if key in NEEDED and (top or key != "podSelector"):
                continue
            yield {other: item for other, item in value.items() if other != key}
        for key, item in value.items():
            for smaller in smaller_values(item):
                yield {**value, key: smaller}
