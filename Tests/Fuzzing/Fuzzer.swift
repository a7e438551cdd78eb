internal import Platform

/// Called by libFuzzer with each input it generates.
@_cdecl("LLVMFuzzerTestOneInput")
func testOneInput(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let input = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    subject.check(input)
    return 0
}

/// What to fuzz, from the variable `FUZZED`, which Scripts/fuzz sets.
private let subject: Subject = {
    let variables = Environment.variables()
    guard let subject = Subject(rawValue: variables["FUZZED"] ?? "") else {
        fatalError("FUZZED must be one of \(Subject.allCases.map(\.rawValue))")
    }
    return subject
}()
