using static TorchSharp.torch;

namespace AutoSelect.Training.Checkpoints;

/// <summary>Names of number formats in safetensors files.</summary>
internal static class SafetensorsTypes
{
    private static readonly (ScalarType Type, string Name, int Size)[] All =
    [
        (ScalarType.Float32, "F32", 4), (ScalarType.Float64, "F64", 8), (ScalarType.Float16, "F16", 2), (ScalarType.BFloat16, "BF16", 2),
        (ScalarType.Int64, "I64", 8), (ScalarType.Int32, "I32", 4), (ScalarType.Int16, "I16", 2), (ScalarType.Int8, "I8", 1),
        (ScalarType.Byte, "U8", 1), (ScalarType.Bool, "BOOL", 1),
    ];

    public static string NameOf(ScalarType type) => All.FirstOrDefault(t => t.Type == type).Name
        ?? throw new NotSupportedException(
            $"Tensors of type {type} cannot be stored: safetensors has {string.Join(", ", All.Select(t => t.Name))}.");

    public static int SizeOf(ScalarType type) => All.First(t => t.Type == type).Size;

    /// <summary>False where the name is unknown.</summary>
    public static bool TryParse(string name, out ScalarType type)
    {
        var index = Array.FindIndex(All, t => t.Name == name);
        type = index < 0 ? default : All[index].Type;
        return index >= 0;
    }
}
