// Functions that exist only by name: a type made at run time whose methods carry the extension's own trigger attributes and
// hand everything to the Node worker, as the Functions host's generated functions do.
using System.Reflection;
using System.Reflection.Emit;
using Microsoft.Azure.WebJobs;
using Microsoft.Azure.WebJobs.Extensions.DurableTask;

namespace ExtensionHost;

/// <summary>What every generated method calls; public because generated code sees nothing else.</summary>
public static class Calls
{
    internal static NodeWorker? Worker { get; set; }

    public static Task<object?> Run(string kind, string name, string? trigger, string instanceId) =>
        (Worker ?? throw new InvalidOperationException("There is no worker")).Run(kind, name, trigger, instanceId);
}

internal sealed class DynamicFunctions(IReadOnlyList<DurableFunction> functions) : ITypeLocator
{
    public IReadOnlyList<Type> GetTypes() => [Build(functions)];

    private static Type Build(IReadOnlyList<DurableFunction> functions)
    {
        var assembly = AssemblyBuilder.DefineDynamicAssembly(new AssemblyName("App"), AssemblyBuilderAccess.Run);
        var type = assembly.DefineDynamicModule("App").DefineType(
            "Functions", TypeAttributes.Public | TypeAttributes.Abstract | TypeAttributes.Sealed);
        var index = 0;
        foreach (var function in functions) Define(type, function, $"F{index++}");
        return type.CreateType();
    }

    private static void Define(TypeBuilder type, DurableFunction function, string method)
    {
        var trigger = function.Kind switch
        {
            "orchestrator" => typeof(OrchestrationTriggerAttribute),
            "activity" => typeof(ActivityTriggerAttribute),
            "entity" => typeof(EntityTriggerAttribute),
            _ => throw new ArgumentException($"Cannot make a function of kind {function.Kind}"),
        };
        // An activity's instance id comes as binding data; the payloads of the others hold it.
        Type[] parameters = function.Kind == "activity" ? [typeof(string), typeof(string)] : [typeof(string)];
        var defined = type.DefineMethod(
            method, MethodAttributes.Public | MethodAttributes.Static, typeof(Task<object>), parameters);
        defined.SetCustomAttribute(Attribute(typeof(FunctionNameAttribute), function.Name));
        defined.DefineParameter(1, ParameterAttributes.None, "trigger").SetCustomAttribute(Attribute(trigger));
        if (parameters.Length > 1) defined.DefineParameter(2, ParameterAttributes.None, "instanceId");
        var code = defined.GetILGenerator();
        code.Emit(OpCodes.Ldstr, function.Kind);
        code.Emit(OpCodes.Ldstr, function.Name);
        code.Emit(OpCodes.Ldarg_0);
        if (parameters.Length > 1) code.Emit(OpCodes.Ldarg_1);
        else code.Emit(OpCodes.Ldstr, "");
        code.Emit(OpCodes.Call, typeof(Calls).GetMethod(nameof(Calls.Run))!);
        code.Emit(OpCodes.Ret);
    }

    private static CustomAttributeBuilder Attribute(Type attribute, params string[] arguments) =>
        new(attribute.GetConstructor(arguments.Select(_ => typeof(string)).ToArray())!, arguments);
}
