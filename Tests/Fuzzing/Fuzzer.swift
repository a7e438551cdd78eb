internal import Platform

/// What libFuzzer calls with each input it makes up.
@_cdecl("LLVMFuzzerTestOneInput")
func testOneInput(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let input = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    subject.check(input)
    return 0
}

/// `FUZZED` says what is fuzzed; Scripts/fuzz sets it.
private let subject: Subject = {
    let variables = Environment.variables()
    guard let subject = Subject(rawValue: variables["FUZZED"] ?? "") else {
        fatalError("FUZZED must be one of \(Subject.allCases.map(\.rawValue))")
    }
    return subject
}()
