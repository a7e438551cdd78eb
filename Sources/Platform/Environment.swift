internal import Glibc
public import Sodium

/// The environment of the process.
public enum Environment {
    /// All variables; of a name that occurs twice, the first, as `getenv` has it.
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

    /// The value of one variable, or nil where it is not set (`getenv`).
    public static func variable(_ name: String) -> String? {
        unsafe getenv(name).map { unsafe String(cString: $0) }
    }

    /// The value of a variable that holds a secret, which is overwritten in the process's own
    /// memory and removed, so that no child inherits it and no later look at /proc shows it.
    ///
    /// Nil when it is not set or empty.
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
