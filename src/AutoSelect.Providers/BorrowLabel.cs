using System.Diagnostics.CodeAnalysis;
using AutoSelect.Contracts;

namespace AutoSelect.Providers;

/// <summary>
/// The name of a request in the scheduler, "autoselect-CONTROL-REQUEST": what a control side finds its devices again by after a crash.
/// </summary>
public sealed record BorrowLabel
{
    private const string Prefix = "autoselect";

    /// <param name="control">Who asks.</param>
    /// <param name="request">Which request; 1 to 26 lower-case letters and digits, never used twice.</param>
    public BorrowLabel(ControlId control, string request) => (Control, Request) = (control, Checked(request, 26, "request id"));

    public ControlId Control { get; }

    public string Request { get; }

    /// <summary>Under which id the device registers with the control side.</summary>
    public DeviceId Device => new(ToString());

    public override string ToString() => $"{Prefix}-{Control}-{Request}";

    /// <summary>Reads a scheduler's name back; false for the names of others.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out BorrowLabel? label)
    {
        label = text?.Split('-') is [Prefix, var control, var request] && IsWord(control, 16) && IsWord(request, 26)
            ? new BorrowLabel(new ControlId(control), request) : null;
        return label is not null;
    }

    internal static string Checked(string value, int most, string what) => IsWord(value, most) ? value
        : throw new ArgumentException($"The {what} '{value}' must be 1 to {most} lower-case letters and digits.", nameof(value));

    private static bool IsWord(string text, int most) =>
        text.Length >= 1 && text.Length <= most && text.All(c => c is >= 'a' and <= 'z' or >= '0' and <= '9');
}
