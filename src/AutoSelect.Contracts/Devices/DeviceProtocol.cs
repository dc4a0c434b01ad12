using System.Reflection;

namespace AutoSelect.Contracts;

/// <summary>What device processes and the control side must agree on to speak to each other.</summary>
public static class DeviceProtocol
{
    /// <summary>Raised with every change that a device or a server of before would misunderstand.</summary>
    public const int Version = 1;

    /// <summary>Longest wait of one poll, in seconds.</summary>
    public const int LongestPatience = 30;

    /// <summary>Most points of one report; whoever has more sends them in several, the last one with the rest of the news.</summary>
    public const int ReportPoints = 100;

    /// <summary>Most characters of the reason of a report.</summary>
    public const int ReasonLength = 4000;

    /// <summary>Most figures of a strategy and of its communication beside one point.</summary>
    public const int Figures = 16;

    /// <summary>Most characters of a figure's name.</summary>
    public const int FigureName = 64;

    /// <summary>The build of this process, for people: its version and the commit, where that is known.</summary>
    public static string Build { get; } =
        typeof(DeviceProtocol).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
}
