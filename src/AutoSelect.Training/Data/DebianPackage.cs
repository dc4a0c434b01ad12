using System.ComponentModel;
using System.Diagnostics;
using AutoSelect.Training.Workloads;

namespace AutoSelect.Training.Data;

/// <summary>Gets a data set out of Debian's package without installing it and without root: apt-get download, dpkg-deb -x.</summary>
/// <param name="aptGet">Program that downloads.</param>
/// <param name="dpkgDeb">Program that unpacks.</param>
internal sealed class DebianPackage(string aptGet = "apt-get", string dpkgDeb = "dpkg-deb")
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>Downloads a package and stores its files of the data set in <paramref name="target"/>.</summary>
    /// <exception cref="DataUnavailableException">No such programs, or one of them failed; the message has its last line.</exception>
    public void Get(string package, ImageDataset dataset, string target, IProgress<DataProgress>? progress)
    {
        Directory.CreateDirectory(target);
        var scratch = Directory.CreateDirectory(Path.Combine(target, $".{package}.{Environment.ProcessId}")).FullName;
        try
        {
            progress?.Report(new DataProgress($"Debian's package {package}", 0, null));
            if (Run(aptGet, scratch, "download", package) is not null)
            {
                // Without package lists (a container) or with old ones: fetch private ones, which needs no root and changes nothing.
                var own = PrivateLists(scratch);
                if (Run(aptGet, scratch, [.. own, "update"]) is { } first) throw Failed(aptGet, first);
                if (Run(aptGet, scratch, [.. own, "download", package]) is { } second) throw Failed(aptGet, second);
            }
            var file = Directory.EnumerateFiles(scratch, "*.deb").FirstOrDefault() ?? throw Failed(aptGet, "it left no .deb file");
            progress?.Report(new DataProgress($"Debian's package {package}", new FileInfo(file).Length, new FileInfo(file).Length));
            var tree = Path.Combine(scratch, "tree");
            if (Run(dpkgDeb, scratch, "-x", file, tree) is { } third) throw Failed(dpkgDeb, third);
            foreach (var wanted in dataset.Files)
            {
                var name = wanted.Name + ".gz";
                var source = Directory.EnumerateFiles(tree, name, SearchOption.AllDirectories).FirstOrDefault()
                    ?? throw new DataUnavailableException($"The package {package} has no file {name}.");
                File.Move(source, Path.Combine(target, name), overwrite: true);
            }
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
    }

    private static string[] PrivateLists(string scratch)
    {
        var lists = Directory.CreateDirectory(Path.Combine(scratch, "lists", "partial")).Parent!.FullName;
        var cache = Directory.CreateDirectory(Path.Combine(scratch, "cache", "archives", "partial")).Parent!.Parent!.FullName;
        return ["-o", $"Dir::State::Lists={lists}", "-o", $"Dir::Cache={cache}", "-o", "APT::Sandbox::User="];
    }

    // The error, or null when the program succeeded.
    private static string? Run(string program, string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
        };
        start.Environment["LC_ALL"] = "C";
        try
        {
            using var process = Process.Start(start)!;
            var lines = new Queue<string>();
            void Keep(string? line)
            {
                if (string.IsNullOrWhiteSpace(line)) return;
                lock (lines)
                {
                    lines.Enqueue(line.Trim());
                    if (lines.Count > 3) lines.Dequeue();
                }
            }
            process.ErrorDataReceived += (_, line) => Keep(line.Data);
            process.OutputDataReceived += (_, _) => { };
            process.BeginErrorReadLine();
            process.BeginOutputReadLine();
            process.StandardInput.Close();
            if (!process.WaitForExit(Patience))
            {
                process.Kill(entireProcessTree: true);
                return $"it took longer than {Patience.TotalMinutes} minutes";
            }
            process.WaitForExit();
            return process.ExitCode == 0 ? null : $"exit code {process.ExitCode}: {string.Join(" ", lines)}";
        }
        catch (Win32Exception e)
        {
            return e.Message;
        }
    }

    private static DataUnavailableException Failed(string program, string error) => new($"{program} failed: {error}");
}
