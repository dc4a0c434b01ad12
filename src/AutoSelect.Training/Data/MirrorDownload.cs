using System.IO.Compression;
using AutoSelect.Training.Checkpoints;
using AutoSelect.Training.Workloads;

namespace AutoSelect.Training.Data;

/// <summary>Downloads the files of a data set from a web folder.</summary>
internal sealed class MirrorDownload(Uri folder)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>
    /// Stores the checked files in <paramref name="target"/>; a file that is there already and right is not fetched again.
    /// </summary>
    /// <exception cref="HttpRequestException">Unreachable, or refused.</exception>
    /// <exception cref="InvalidDataException">A file has another content than it should.</exception>
    /// <exception cref="CheckpointException">The folder cannot be written.</exception>
    public void Get(ImageDataset dataset, string target, IProgress<DataProgress>? progress)
    {
        using var handler = new SocketsHttpHandler { ConnectTimeout = Patience };
        using var client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        foreach (var file in dataset.Files)
        {
            var path = Path.Combine(target, file.Name + ".gz");
            if (IsRight(file, path)) continue;
            DurableFile.Write(path, stream =>
            {
                Download(client, new Uri(folder, file.Name + ".gz"), stream, $"{dataset.Name}/{file.Name}.gz", progress);
                stream.Position = 0;
                using var unpacked = new GZipStream(stream, CompressionMode.Decompress, leaveOpen: true);
                DatasetFolder.Checked(file, unpacked);
            });
        }
    }

    private static void Download(HttpClient client, Uri address, FileStream target, string what, IProgress<DataProgress>? progress)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        using var response = client.Send(request, HttpCompletionOption.ResponseHeadersRead);
        response.EnsureSuccessStatusCode();
        var total = response.Content.Headers.ContentLength;
        using var body = response.Content.ReadAsStream();
        if (body.CanTimeout) body.ReadTimeout = (int)Patience.TotalMilliseconds;
        var buffer = new byte[1 << 16];
        var bytes = 0L;
        for (int read; (read = body.Read(buffer)) > 0;)
        {
            target.Write(buffer.AsSpan(0, read));
            bytes += read;
            progress?.Report(new DataProgress(what, bytes, total));
        }
        if (total is { } expected && bytes != expected) throw new InvalidDataException($"{address} gave {bytes} bytes and not {expected}.");
    }

    private static bool IsRight(IdxFileName file, string path)
    {
        if (!File.Exists(path)) return false;
        try
        {
            using var stream = File.OpenRead(path);
            DatasetFolder.Checked(file, new GZipStream(stream, CompressionMode.Decompress));
            return true;
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            return false;
        }
    }
}
