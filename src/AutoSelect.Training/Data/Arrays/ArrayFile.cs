using System.IO.Compression;
using AutoSelect.Training.Checkpoints;
using AutoSelect.Training.Workloads;
using static TorchSharp.torch;

namespace AutoSelect.Training.Data.Arrays;

/// <summary>
/// Named arrays of a .npz or .safetensors file, as float32, int64 or uint8 tensors on the CPU; floats of other widths become float32, int32
/// becomes int64.
/// </summary>
internal sealed class ArrayFile : IDisposable
{
    private readonly string path;
    private readonly ZipArchive? archive;
    private readonly StateDictionary? tensors;

    /// <param name="path">The file; its extension tells the format.</param>
    /// <exception cref="BadOptionException">Another extension, or the file is missing or may not be read.</exception>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public ArrayFile(string path)
    {
        this.path = path;
        if (Directory.Exists(path) || !File.Exists(path))
            throw new BadOptionException(
                "data", $"The data file '{path}' of option data does not exist: correct the path, which counts from the job file.");
        try
        {
            switch (Path.GetExtension(path).ToUpperInvariant())
            {
                case ".NPZ":
                    archive = ZipFile.OpenRead(path);
                    break;
                case ".SAFETENSORS":
                    tensors = SafetensorsReader.Read(path);
                    break;
                default:
                    throw new BadOptionException("data", $"Option 'data' is '{path}': it must be a .npz or .safetensors file.");
            }
        }
        catch (InvalidDataException e)
            when (archive is null && tensors is null && Path.GetExtension(path).Equals(".npz", StringComparison.OrdinalIgnoreCase))
        {
            throw new InvalidDataException($"The data file '{path}' is not a .npz archive: {e.Message}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BadOptionException("data", $"The data file '{path}' of option data cannot be read: {e.Message}", e);
        }
    }

    public IEnumerable<string> Names => tensors?.Tensors.Keys
        ?? archive!.Entries.Where(e => e.FullName.EndsWith(".npy", StringComparison.Ordinal)).Select(e => e.FullName[..^4]);

    /// <summary>An array, owned by the caller's dispose scope; null where the file has none of this name.</summary>
    /// <exception cref="InvalidDataException">The array cannot be read; the message names file, array, value and rule.</exception>
    public Tensor? Find(string name)
    {
        if (Raw(name) is not { } array) return null;
        return array.dtype switch
        {
            ScalarType.Float32 or ScalarType.Int64 or ScalarType.Byte => array,
            ScalarType.Float64 or ScalarType.Float16 or ScalarType.BFloat16 => array.to(ScalarType.Float32),
            ScalarType.Int32 => array.to(ScalarType.Int64),
            var type => throw new InvalidDataException(
                $"Array '{name}' of '{path}' is of type {type}; it must be float32, float64, int64, int32 or uint8."),
        };
    }

    public void Dispose() => archive?.Dispose();

    private Tensor? Raw(string name)
    {
        if (tensors is not null) return tensors.Contains(name) ? tensors.Get(name) : null;
        if (archive!.GetEntry(name + ".npy") is not { } entry) return null;
        try
        {
            using var stream = new BufferedStream(entry.Open(), 1 << 16);
            return NpyArray.Read(stream);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"Array '{name}' of '{path}' cannot be read: {e.Message}.", e);
        }
    }
}
