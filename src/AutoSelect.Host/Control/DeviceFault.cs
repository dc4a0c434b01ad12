using System.Globalization;
using AutoSelect.Contracts;

namespace AutoSelect.Host.Control;

/// <summary>A device whose process ends at its start, again and again.</summary>
/// <param name="Device">Which.</param>
/// <param name="ExitCode">Of the last process, above 128 where a signal ended it; null where it is not known.</param>
/// <param name="Failures">Starts in a row that came to nothing.</param>
/// <param name="LastLines">What the last process wrote last; empty when nothing.</param>
/// <param name="Log">Path of its log.</param>
internal sealed record DeviceFault(DeviceId Device, int? ExitCode, int Failures, string LastLines, string Log)
{
    /// <summary>All of it, for people.</summary>
    public string Message
    {
        get
        {
            var code = ExitCode is { } known ? $"exit code {known.ToString(CultureInfo.InvariantCulture)}" : "its exit code is not known";
            var said = LastLines.Length == 0 ? "It wrote nothing." : $"Its last lines:{Environment.NewLine}{LastLines}";
            var count = Failures.ToString(CultureInfo.InvariantCulture);
            var what = $"The process of device {Device} ended at its start {count} times in a row ({code}).";
            return $"{what} {said}{Environment.NewLine}Its log is {Log}.";
        }
    }
}
