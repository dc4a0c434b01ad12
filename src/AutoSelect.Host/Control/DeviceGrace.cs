using System.Globalization;

namespace AutoSelect.Host.Control;

/// <summary>How long device processes may outlive their control process, where the user says so.</summary>
internal static class DeviceGrace
{
    /// <summary>Seconds; unset leaves it to the control side, whose default is 60.</summary>
    public const string Variable = "AUTOSELECT_DEVICE_GRACE";

    /// <summary>The option for a device process; null where the variable is unset.</summary>
    /// <exception cref="EnvironmentFaultException">It is no number above 0.</exception>
    public static string? FromEnvironment() => Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } text ? null
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and < 1e6
            ? seconds.ToString(CultureInfo.InvariantCulture)
            : throw new EnvironmentFaultException($"{Variable} is '{text}': it must be a number of seconds above 0 and below 1e6.");
}
