using System.Runtime.CompilerServices;
using TorchSharp;

namespace AutoSelect.Training.Tests;

/// <summary>
/// One thread for libtorch from the beginning, as a device has it. A trainer says so for the whole process: bits and times of the tests
/// before it would differ from those after it.
/// </summary>
internal static class OneThread
{
    [ModuleInitializer]
    public static void Set() => torch.set_num_threads(1);
}
