using System.Diagnostics;
using System.Net;
using AutoSelect.Testing;

namespace AutoSelect.Benchmarks;

/// <summary>Hosts joined by links that the kernel shapes, until disposed: eng/network-namespaces.</summary>
internal sealed class NetworkNamespaces : IDisposable
{
    /// <param name="hosts">At least 2.</param>
    /// <param name="bandwidth">In tc's units, such as 100mbit.</param>
    /// <exception cref="InvalidOperationException">The script said why not.</exception>
    public NetworkNamespaces(int hosts, string bandwidth) => Run("up", $"{hosts}", bandwidth);

    public static string Script { get; } = Path.Combine(SourceTree.Root, "eng", "network-namespaces");

    /// <summary>Where all hosts reach this process.</summary>
    public static IPAddress Address { get; } = IPAddress.Parse(Run("address"));

    public void Dispose() => Run("down");

    private static string Run(params string[] arguments)
    {
        using var script = Process.Start(
            new ProcessStartInfo(Script, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (said, complained) = (script.StandardOutput.ReadToEnd(), script.StandardError.ReadToEnd());
        script.WaitForExit();
        return script.ExitCode == 0 ? said.Trim() : throw new InvalidOperationException(complained.Trim());
    }
}
