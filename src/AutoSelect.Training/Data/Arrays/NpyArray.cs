using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using static TorchSharp.torch;

namespace AutoSelect.Training.Data.Arrays;

/// <summary>
/// Reads one array in NumPy's .npy format, versions 1 to 3: magic, version, little-endian header length (2 bytes in version 1, 4 since), a
/// Python literal with type, order and shape, then the numbers. Little-endian float32, float64, int64, int32 and uint8 in C order.
/// </summary>
internal static partial class NpyArray
{
    private const int LongestHeader = 1 << 20;

    private static readonly (string Code, ScalarType Type, int Size)[] Types =
    [
        ("<f4", ScalarType.Float32, 4), ("<f8", ScalarType.Float64, 8), ("<i8", ScalarType.Int64, 8),
        ("<i4", ScalarType.Int32, 4), ("|u1", ScalarType.Byte, 1),
    ];

    /// <summary>The array as a CPU tensor of its own type, owned by the caller's dispose scope.</summary>
    /// <exception cref="InvalidDataException">
    /// Not such an array; the message has the value and the rule, the caller adds file and array.
    /// </exception>
    public static Tensor Read(Stream stream)
    {
        try
        {
            var (type, size, shape) = Header(stream);
            var bytes = shape.Aggregate((long)size, (n, extent) => checked(n * extent));
            if (bytes > int.MaxValue)
                throw new InvalidDataException($"its shape {Text(shape)} takes {bytes} bytes; at most {int.MaxValue} are read");
            var tensor = empty(shape, dtype: type);
            if (bytes > 0) stream.ReadExactly(tensor.bytes);
            return stream.ReadByte() < 0 ? tensor
                : throw new InvalidDataException($"it has more than the {bytes} bytes of its shape {Text(shape)}");
        }
        catch (EndOfStreamException e)
        {
            throw new InvalidDataException("it ends before its header or shape says", e);
        }
        catch (OverflowException e)
        {
            throw new InvalidDataException("its shape is too large", e);
        }
    }

    private static (ScalarType Type, int Size, long[] Shape) Header(Stream stream)
    {
        Span<byte> start = stackalloc byte[8];
        stream.ReadExactly(start);
        if (start[0] != 0x93 || !start[1..6].SequenceEqual("NUMPY"u8))
            throw new InvalidDataException($"it begins with {Convert.ToHexString(start[..6])}, not with NumPy's magic 934E554D5059");
        if (start[6] is < 1 or > 3) throw new InvalidDataException($"its format version is {start[6]}; versions 1 to 3 are read");
        Span<byte> length = stackalloc byte[4];
        length.Clear();
        stream.ReadExactly(length[..(start[6] == 1 ? 2 : 4)]);
        var count = BinaryPrimitives.ReadUInt32LittleEndian(length);
        if (count > LongestHeader) throw new InvalidDataException($"its header would have {count} bytes; at most {LongestHeader} are read");
        var header = new byte[count];
        stream.ReadExactly(header);
        var text = Encoding.UTF8.GetString(header).Trim();

        var code = Field(TypePattern(), text, "descr");
        var index = Array.FindIndex(Types, t => t.Code == code);
        if (index < 0)
            throw new InvalidDataException(
                $"its type is '{code}'; {string.Join(", ", Types.Select(t => t.Code))} are read (float32, float64, int64, int32, uint8): "
                + "convert it with astype");
        if (Field(OrderPattern(), text, "fortran_order") != "False")
            throw new InvalidDataException("it is in Fortran order; only C order is read: convert it with numpy.ascontiguousarray");
        long[] shape = [.. Field(ShapePattern(), text, "shape")
            .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Extent)];
        return (Types[index].Type, Types[index].Size, shape);
    }

    private static string Field(Regex pattern, string header, string key) =>
        pattern.Match(header) is { Success: true } match ? match.Groups[1].Value
        : throw new InvalidDataException($"its header has no readable '{key}': {header}");

    private static long Extent(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var extent) ? extent
        : throw new InvalidDataException($"an extent of its shape is '{text}'; it must be an integer of at least 0");

    private static string Text(long[] shape) => $"[{string.Join(", ", shape)}]";

    [GeneratedRegex("""['"]descr['"]\s*:\s*['"]([^'"]*)['"]""")]
    private static partial Regex TypePattern();

    [GeneratedRegex("""['"]fortran_order['"]\s*:\s*(True|False)""")]
    private static partial Regex OrderPattern();

    [GeneratedRegex("""['"]shape['"]\s*:\s*\(([^)]*)\)""")]
    private static partial Regex ShapePattern();
}
