using Google.Protobuf.Reflection;
using Mandate.Protocol.Api.ErrorDetails.V1;
using Mandate.Protocol.Api.Health.V1;
using Mandate.Protocol.Api.OperatorService.V1;
using Mandate.Protocol.Api.Update.V1;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Protocol.Tests.Contract;

/// <summary>Our generated code in the published contract's form.</summary>
internal static class GeneratedContract
{
    public static PublishedContract Describe()
    {
        var files = Files();
        var types = files.SelectMany(f => f.EnumTypes).Concat<IDescriptor>(files.SelectMany(f => f.MessageTypes)).SelectMany(WithNested)
            .ToDictionary(d => d.FullName, d => d is EnumDescriptor e ? Describe(e) : Describe((MessageDescriptor)d));
        var services = files.SelectMany(f => f.Services).ToDictionary(
            s => s.FullName, s => s.Methods.ToDictionary(m => m.Name, m => new PublishedContract.PublishedRpc(m.InputType.FullName, m.OutputType.FullName)));
        return new PublishedContract(types, services);
    }

    private static List<FileDescriptor> Files()
    {
        var found = new Dictionary<string, FileDescriptor>();
        var queue = new Queue<FileDescriptor>(
            [WorkflowserviceReflection.Descriptor, OperatorserviceReflection.Descriptor, HealthReflection.Descriptor, ErrordetailsReflection.Descriptor, UpdateReflection.Descriptor, Protocol.Api.Rpc.RpcReflection.Descriptor]);
        while (queue.TryDequeue(out var file))
        {
            if (!file.Name.StartsWith("google/protobuf/", StringComparison.Ordinal) && found.TryAdd(file.Name, file))
                file.Dependencies.ToList().ForEach(queue.Enqueue);
        }

        return [.. found.Values];
    }

    private static IEnumerable<IDescriptor> WithNested(IDescriptor type) => type is MessageDescriptor message
        ? message.NestedTypes.Where(n => n.GetOptions() is not { MapEntry: true }).SelectMany(WithNested).Concat(message.EnumTypes).Prepend(message)
        : [type];

    private static PublishedContract.PublishedType Describe(EnumDescriptor type) => new(null, type.Values.ToDictionary(v => v.Name, v => v.Number));

    private static PublishedContract.PublishedType Describe(MessageDescriptor type) => new(type.Fields.InDeclarationOrder().ToDictionary(f => f.Name, Describe), null);

    private static PublishedContract.PublishedField Describe(FieldDescriptor field) => new(
        field.FieldNumber,
        TypeName(field.IsMap ? field.MessageType.FindFieldByNumber(2) : field),
        field.IsMap ? TypeName(field.MessageType.FindFieldByNumber(1)) : null,
        field.IsRepeated && !field.IsMap,
        field.ToProto().Proto3Optional,
        field.RealContainingOneof?.Name);

    private static string TypeName(FieldDescriptor field) => field.FieldType switch
    {
        FieldType.Message => field.MessageType.FullName,
        FieldType.Enum => field.EnumType.FullName,
        var scalar => scalar.ToString().ToLowerInvariant(),
    };
}
