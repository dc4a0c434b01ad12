using System.Reflection;
using System.Reflection.Emit;
using AutoSelect.Training.Strategies;

namespace AutoSelect.Training.Tests;

/// <summary>Small assemblies on disk, as a user's compiler would leave them.</summary>
internal static class EmittedAssembly
{
    /// <summary>An assembly that was built against a library of a given name and version, which is nowhere.</summary>
    public static string Needing(string folder, string library, Version version)
    {
        var missing = new PersistedAssemblyBuilder(new AssemblyName(library) { Version = version }, typeof(object).Assembly);
        var parent = missing.DefineDynamicModule(library).DefineType("Parent", TypeAttributes.Public);
        parent.CreateType();
        return Write(folder, module => module.DefineType("Mine.Child", TypeAttributes.Public, parent).CreateType());
    }

    /// <summary>An assembly with a strategy that wants an argument.</summary>
    public static string WithArgument(string folder) => Write(folder, module =>
    {
        var type = module.DefineType("Mine.WithArgument", TypeAttributes.Public, typeof(TrainingStrategy));
        type.DefineConstructor(MethodAttributes.Public, CallingConventions.HasThis, [typeof(int)]).GetILGenerator().Emit(OpCodes.Ret);
        Override(type, typeof(TrainingStrategy).GetProperty(nameof(TrainingStrategy.Description))!.GetMethod!);
        Override(type, typeof(TrainingStrategy).GetMethod(nameof(TrainingStrategy.Start))!);
        type.CreateType();
    });

    private static void Override(TypeBuilder type, MethodInfo method)
    {
        var made = type.DefineMethod(method.Name, MethodAttributes.Public | MethodAttributes.Virtual | MethodAttributes.HideBySig,
            method.ReturnType, [.. method.GetParameters().Select(p => p.ParameterType)]);
        made.GetILGenerator().Emit(OpCodes.Ldnull);
        made.GetILGenerator().Emit(OpCodes.Ret);
    }

    private static string Write(string folder, Action<ModuleBuilder> define)
    {
        var path = Path.Combine(folder, "Mine.dll");
        var assembly = new PersistedAssemblyBuilder(new AssemblyName("Mine"), typeof(object).Assembly);
        define(assembly.DefineDynamicModule("Mine"));
        assembly.Save(path);
        return path;
    }
}
