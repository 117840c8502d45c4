"""What machine the figures come from."""
import os
import platform


def description():
    model, flags = platform.machine(), set()
    for line in open("/proc/cpuinfo"):
        key, _, value = line.partition(":")
        if key.strip() == "model name":
            model = value.strip()
        elif key.strip() == "flags":
            flags = set(value.split())
    level = "AVX-512" if "avx512f" in flags else "AVX2" if "avx2" in flags else "baseline"
    return f"{model}, {len(os.sched_getaffinity(0))} cores, {level}, {platform.system()}"
