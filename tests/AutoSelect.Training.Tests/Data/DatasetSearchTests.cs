using System.Buffers.Binary;
using System.Diagnostics;
using System.IO.Compression;
using System.Security.Cryptography;
using AutoSelect.Testing;
using AutoSelect.Training.Data;
using AutoSelect.Training.Workloads;

namespace AutoSelect.Training.Tests;

public sealed class DatasetSearchTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly Dictionary<string, byte[]> packed = [];
    private readonly ImageDataset dataset;

    public DatasetSearchTests() => dataset = new ImageDataset
    {
        Name = "tiny",
        TrainingImages = Make("train-images", 3, 2, 2),
        TrainingLabels = Make("train-labels", 3),
        TestImages = Make("test-images", 2, 2, 2),
        TestLabels = Make("test-labels", 2),
        Pixels = (0, 1),
    };

    [Fact]
    public void The_folder_that_the_job_names_is_used()
    {
        Store(folder["mine"]);
        Assert.Equal(4, Search(("data", folder["mine"])).Find().Count);
    }

    [Fact]
    public void The_folder_that_the_job_names_must_do_and_the_message_says_why_not()
    {
        Store(folder["mine"]);
        File.Delete(Path.Combine(folder["mine"], "test-labels.gz"));
        var error = Assert.Throws<BadOptionException>(() => Search(("data", folder["mine"])).Find());
        Assert.Contains("test-labels.gz is missing", error.Message);
        Assert.Contains(folder["mine"], error.Message);
    }

    [Fact]
    public void Another_content_is_refused_by_its_sum()
    {
        Store(folder["mine"]);
        using (var file = new GZipStream(File.Create(Path.Combine(folder["mine"], "test-labels.gz")), CompressionMode.Compress))
            file.Write([0, 0, 8, 1, 0, 0, 0, 1, 7]);
        var error = Assert.Throws<BadOptionException>(() => Search(("data", folder["mine"])).Find());
        Assert.Contains("SHA-256", error.Message);
        Assert.Contains(dataset.TestLabels.Sha256, error.Message);
    }

    [Fact]
    public void Places_are_tried_in_order_and_all_are_listed_when_none_does()
    {
        Directory.CreateDirectory(folder["environment/tiny"]);
        var error = Assert.Throws<DataUnavailableException>(() => Search().Find());
        var places = new[]
        {
            "environment/datasets/tiny: there is no such folder",
            "environment/tiny: train-images.gz is missing",
            "cache/tiny: ",
            "system/tiny: ",
        };
        Assert.Equal(places.Select(p => error.Message.IndexOf(p, StringComparison.Ordinal)).Order(),
            places.Select(p => error.Message.IndexOf(p, StringComparison.Ordinal)));
        Assert.All(places, p => Assert.Contains(p, error.Message));
        Assert.Contains("AUTOSELECT_DATA", error.Message);
        Store(folder["system/tiny"]);
        Assert.Equal(4, Search().Find().Count);
    }

    [Fact]
    public void A_mirror_is_downloaded_once_with_progress_and_kept()
    {
        using var server = new FileServer(packed);
        var progress = new Log();
        var search = Search(dataset with { Mirrors = [server.Address] }, progress);
        Assert.Equal(packed.Count, search.Find().Count);
        Assert.Equal(packed.Keys.Order(), server.Served.Order());
        Assert.Contains(progress.Items, p => p.What == "tiny/train-images.gz" && p.Bytes == p.Total);
        search.Find();
        Assert.Equal(4, server.Served.Count);
    }

    [Fact]
    public void A_mirror_that_serves_another_content_leaves_nothing_behind_and_the_next_one_is_tried()
    {
        var bad = packed.ToDictionary(f => f.Key, f => f.Value);
        bad["test-labels.gz"] = packed["train-labels.gz"];
        using var wrong = new FileServer(bad);
        using var right = new FileServer(packed);
        var error = Assert.Throws<DataUnavailableException>(() => Search(dataset with { Mirrors = [wrong.Address] }).Find());
        Assert.True(error.Message.Contains("SHA-256", StringComparison.Ordinal), error.Message);
        Assert.DoesNotContain(Directory.EnumerateFiles(folder["cache/tiny"]), f => f.Contains("test-labels"));
        Assert.Equal(4, Search(dataset with { Mirrors = [wrong.Address, right.Address] }).Find().Count);
        // The three right files of the first mirror were kept.
        Assert.Equal(["test-labels.gz"], right.Served);
    }

    [Fact]
    public void A_mirror_without_the_files_is_told_with_its_status()
    {
        using var server = new FileServer(new Dictionary<string, byte[]>());
        var error = Assert.Throws<DataUnavailableException>(() => Search(dataset with { Mirrors = [server.Address] }).Find());
        Assert.Contains("404", error.Message);
        Assert.Contains(server.Address.ToString(), error.Message);
    }

    [Fact]
    public void Debians_package_is_unpacked_without_installing_it()
    {
        var tree = folder["package/usr/share/datasets/tiny"];
        Store(tree);
        Directory.CreateDirectory(folder["package/DEBIAN"]);
        File.WriteAllText(folder["package/DEBIAN/control"],
            "Package: dataset-tiny\nVersion: 1\nArchitecture: all\nMaintainer: Nobody <nobody@example.org>\nDescription: test\n");
        if (!Run("dpkg-deb", "-b", folder["package"], folder["tiny.deb"])) Assert.Skip("dpkg-deb is not installed.");
        // A stand-in for apt-get that has the package only after its private lists were fetched.
        ExecutableScript.Write(folder["apt-get"], $"""
            #!/bin/sh
            echo "$*" >> {folder["calls"]}
            case "$*" in
              download*) echo "E: Unable to locate package" >&2; exit 100;;
              *download*) cp {folder["tiny.deb"]} .;;
            esac
            """);
        var search = new DatasetSearch(dataset with { DebianPackage = "dataset-tiny" }, Setup())
        {
            EnvironmentFolder = null,
            SystemFolder = folder["system"],
            Debian = new DebianPackage(folder["apt-get"]),
        };
        Assert.Equal(4, search.Find().Count);
        Assert.Equal(3, File.ReadAllLines(folder["calls"]).Length);
        Assert.Equal(4, Directory.EnumerateFileSystemEntries(folder["cache/tiny"]).Count());
    }

    [Fact]
    public void A_system_without_apt_says_so_and_goes_on()
    {
        var search = new DatasetSearch(dataset with { DebianPackage = "dataset-tiny" }, Setup())
        {
            EnvironmentFolder = null,
            SystemFolder = folder["system"],
            Debian = new DebianPackage(folder["no-such-apt"]),
        };
        Assert.Contains("no-such-apt failed", Assert.Throws<DataUnavailableException>(() => search.Find()).Message);
    }

    public void Dispose() => folder.Dispose();

    private IdxFileName Make(string name, params int[] extents)
    {
        var size = extents.Aggregate(1, (a, b) => a * b);
        var content = new byte[4 + (4 * extents.Length) + size];
        (content[2], content[3]) = (8, (byte)extents.Length);
        for (var i = 0; i < extents.Length; i++) BinaryPrimitives.WriteInt32BigEndian(content.AsSpan(4 + (4 * i)), extents[i]);
        for (var i = 0; i < size; i++) content[^(i + 1)] = (byte)(i + name.Length);
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionMode.Compress)) gzip.Write(content);
        packed[name + ".gz"] = buffer.ToArray();
        return new IdxFileName(name, Convert.ToHexStringLower(SHA256.HashData(content)));
    }

    private void Store(string target)
    {
        Directory.CreateDirectory(target);
        foreach (var (name, content) in packed) File.WriteAllBytes(Path.Combine(target, name), content);
    }

    private WorkloadSetup Setup(IProgress<DataProgress>? progress = null, params (string, string)[] options) =>
        new() { Options = options.ToDictionary(o => o.Item1, o => o.Item2), DataDirectory = folder["cache"], Progress = progress };

    private DatasetSearch Search(params (string, string)[] options) =>
        new(dataset, Setup(null, options)) { EnvironmentFolder = folder["environment"], SystemFolder = folder["system"] };

    private DatasetSearch Search(ImageDataset from, IProgress<DataProgress>? progress = null) =>
        new(from, Setup(progress)) { EnvironmentFolder = null, SystemFolder = folder["system"] };

    private static bool Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private sealed class Log : IProgress<DataProgress>
    {
        public List<DataProgress> Items { get; } = [];

        public void Report(DataProgress value) => Items.Add(value);
    }
}
