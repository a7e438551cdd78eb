internal import Glibc
public import Sodium

/// The environment of this process.
public enum Environment {
    /// Returns all variables; if a name occurs twice, the first one counts, as in `getenv`.
    public static func variables() -> [String: String] {
        var variables: [String: String] = [:]
        var entry = unsafe environ
        while let text = unsafe entry.pointee {
            let line = unsafe String(cString: text)
            if let equals = line.firstIndex(of: "=") {
                let name = String(line[..<equals])
                if variables[name] == nil {
                    variables[name] = String(line[line.index(after: equals)...])
                }
            }
            unsafe entry += 1
        }
        return variables
    }

    /// Returns the value of a variable, or `nil` if it is not set (`getenv`).
    public static func variable(_ name: String) -> String? {
        unsafe getenv(name).map { unsafe String(cString: $0) }
    }

    /// Returns the value of a variable that holds a secret, and removes it from the environment.
    ///
    /// The value is overwritten in this process's own memory, so that no child inherits it and
    /// /proc does not show it afterward. Returns `nil` if the variable is not set or is empty.
    public static func takeSecret(_ name: String) -> Secret? {
        guard let value = unsafe getenv(name) else { return nil }
        let count = unsafe strlen(value)
        let bytes = unsafe UnsafeMutableRawBufferPointer(start: value, count: count)
        let secret = unsafe Secret(copying: Span(_unsafeBytes: UnsafeRawBufferPointer(bytes)))
        for index in 0..<count { unsafe bytes[index] = 0 }
        unsafe unsetenv(name)
        if count == 0 { return nil }
        return secret
    }
}
