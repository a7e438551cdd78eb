import Glibc

/// Sets a variable of this process.
func setVariable(_ name: String, _ value: String) -> Bool {
    unsafe setenv(name, value, 1) == 0
}
