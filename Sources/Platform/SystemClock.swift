// Both define `timespec`, and which module owns it depends on the order of the files.
internal import CPlatform
internal import Glibc

/// The system's clocks.
public enum SystemClock {
    /// Returns the number of seconds since 1970-01-01T00:00:00Z.
    public static func now() -> Int64 {
        Int64(time(nil))
    }

    /// Returns how many seconds the local time zone was ahead of UTC at `moment`.
    public static func offsetFromUTC(at moment: Int64) -> Int {
        var seconds = time_t(moment)
        var local = unsafe tm()
        unsafe localtime_r(&seconds, &local)
        return unsafe local.tm_gmtoff
    }

    /// Returns the seconds since a fixed time, from a clock that never goes backward.
    public static func uptime() -> Double {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
