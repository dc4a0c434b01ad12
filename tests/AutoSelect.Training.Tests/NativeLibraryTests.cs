using System.Reflection;
using TorchSharp;

namespace AutoSelect.Training.Tests;

[Collection("libtorch")] // others count the tensors of the process
public sealed class NativeLibraryTests
{
    [Fact]
    public void The_native_library_loads_on_this_system()
    {
        using var ones = torch.ones(3);
        Assert.Equal(3.0, ones.sum().item<float>());
    }

    /// <summary>
    /// Native code reads within objects that a finalizer frees. Optimised code lets go of its arguments before the native call returns
    /// (eng/TorchSharp.targets); a program that collects all the time then fails within half a second.
    /// </summary>
    [Fact]
    public void Methods_of_TorchSharp_keep_what_they_hand_to_native_code()
    {
        const MethodImplAttributes kept = MethodImplAttributes.NoInlining | MethodImplAttributes.NoOptimization;
        const BindingFlags all =
            BindingFlags.DeclaredOnly | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static;
        MethodBase[] methods = [.. typeof(torch).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(all).Concat<MethodBase>(type.GetConstructors(all)))
            .Where(method => (method.MethodImplementationFlags & MethodImplAttributes.CodeTypeMask) == MethodImplAttributes.IL)
            .Where(method => !method.IsAbstract && !method.Attributes.HasFlag(MethodAttributes.PinvokeImpl))];
        Assert.Contains(methods, method => method.DeclaringType == typeof(torch.Tensor) && method.Name == "mul");
        Assert.DoesNotContain(methods, method => (method.MethodImplementationFlags & kept) != kept);
    }
}
