using AutoSelect.Contracts;
using AutoSelect.Planning.Previews;

namespace AutoSelect.Host.Commands;

/// <summary>What would be borrowed, on the terminal.</summary>
internal static class BorrowingPreviewText
{
    public static void Write(BorrowingPreview borrowing, TextWriter output)
    {
        output.WriteLine();
        output.WriteLine($"Of {Wording.Count(borrowing.Wanted, "device")} that it has a use for, {borrowing.Own} would be own and free."
            + (borrowing.UsefulSeconds is { } useful ? $" More are reckoned to be of use for {Wording.Duration(useful)}." : ""));
        if (!borrowing.Devices.IsEmpty)
        {
            output.WriteLine("Borrowed would be:");
            TextTable.Write(
                output, ["devices", "from", "class", "kind", "price", "queue", "ready in", "lent for"], borrowing.Devices.Select(Row));
        }
        if (borrowing.Blocked.Length > 0) output.WriteLine($"Not borrowed for more: {borrowing.Blocked}.");
        foreach (var refusal in borrowing.Refusals)
        {
            var of = refusal.Class is { } name ? $" of class {name}" : "";
            output.WriteLine($"Not borrowed from {refusal.Provider}{of}: {refusal.Reason}.");
        }
        foreach (var fault in borrowing.Faults) output.WriteLine(fault);
    }

    private static string[] Row(ForeseenDevices devices) =>
    [
        devices.Count.ToString(),
        devices.Origin.Provider,
        devices.Origin.Class,
        devices.Model.Length > 0 ? devices.Model : devices.Kind.ToString().ToLowerInvariant(),
        Wording.Number(devices.Origin.Price, 3),
        Wording.Duration(devices.QueueSeconds),
        Wording.Duration(devices.ReadySeconds),
        Wording.Duration(devices.LentSeconds),
    ];
}
