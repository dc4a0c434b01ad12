using System.Collections.Immutable;
using System.Globalization;

namespace AutoSelect.Providers;

/// <summary>
/// The program that serves a device and its arguments, in which {device}, {kind}, {class} and {seconds} stand for the device's id, cpu or
/// cuda, the class's name and the time it is lent for. It becomes an argument list as it stands; no shell reads it.
/// </summary>
public sealed class DeviceCommand
{
    private readonly ImmutableArray<string> words;

    /// <exception cref="ArgumentException">There is no program, or a word holds a null character.</exception>
    public DeviceCommand(params IEnumerable<string> words)
    {
        this.words = [.. words];
        if (this.words.Length == 0 || string.IsNullOrWhiteSpace(this.words[0]))
            throw new ArgumentException("The device command must begin with a program.", nameof(words));
        if (this.words.FirstOrDefault(w => w.Contains('\0', StringComparison.Ordinal)) is { } bad)
            throw new ArgumentException(
                $"The device command's word '{bad.Replace('\0', '?')}' must not hold a null character.", nameof(words));
    }

    /// <summary>The argument list for one request.</summary>
    public IReadOnlyList<string> For(DeviceRequest request) => [.. words.Select(word => word
        .Replace("{device}", request.Label.Device.Value, StringComparison.Ordinal)
        .Replace("{kind}", request.Class.Kind.ToString().ToLowerInvariant(), StringComparison.Ordinal)
        .Replace("{class}", request.Class.Name, StringComparison.Ordinal)
        .Replace("{seconds}", Math.Floor(request.AtMost.TotalSeconds).ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal))];
}
