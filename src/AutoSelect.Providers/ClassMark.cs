using System.Security.Cryptography;
using System.Text;

namespace AutoSelect.Providers;

/// <summary>
/// What request ids of a class begin with, so that a device's id tells its class to whoever knows the names of the classes: nothing has to
/// be remembered between the request and the registration.
/// </summary>
public static class ClassMark
{
    private const int Length = 8;

    /// <summary>The mark of a class: the first 32 bits of the SHA-256 of its name, in hex.</summary>
    public static string Compute(string className) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(className)))[..Length];

    /// <summary>A request id that was never used before.</summary>
    public static string NewRequest(DeviceClass deviceClass) => Compute(deviceClass.Name) + Guid.NewGuid().ToString("n")[..16];

    /// <summary>True for a request of the class.</summary>
    public static bool Marks(string className, BorrowLabel label) =>
        label.Request.StartsWith(Compute(className), StringComparison.Ordinal);
}
