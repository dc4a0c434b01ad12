using System.Diagnostics;

namespace AutoSelect.Chaos.Cluster;

/// <summary>Programs that are waited for.</summary>
internal static class Command
{
    /// <summary>Runs one to its end.</summary>
    /// <returns>What it wrote.</returns>
    /// <exception cref="InvalidOperationException">It failed; the message has what it said.</exception>
    public static async Task<string> Run(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? more = null)
    {
        var (code, output, error) = await Try(program, arguments, more);
        return code == 0 ? output
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: exit code {code}. {error.Trim()}");
    }

    public static async Task<(int Code, string Output, string Error)> Try(
        string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? more = null)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in more ?? new Dictionary<string, string>()) start.Environment[name] = value;
        try
        {
            using var process = Process.Start(start)!;
            var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            await process.WaitForExitAsync();
            return (process.ExitCode, await output, await error);
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            return (127, "", e.Message);
        }
    }
}
