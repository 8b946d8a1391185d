using System.Collections.Concurrent;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Mandate.Protocol.Api.Common.V1;

namespace Mandate.Protocol.Conversion;

/// <summary>Which fields of a message can lead to a payload; computed once a type, so that a visit touches nothing else.</summary>
internal sealed class PayloadPlan
{
    private static readonly ConcurrentDictionary<MessageDescriptor, PayloadPlan> Plans = new();

    private PayloadPlan(MessageDescriptor descriptor) =>
        Fields = [.. descriptor.Fields.InDeclarationOrder().Where(f => ValueOf(f) is { } value && Reaches(value, []))];

    public IReadOnlyList<FieldDescriptor> Fields { get; }

    public bool ReachesPayloads => Fields.Count > 0;

    public static PayloadPlan Of(MessageDescriptor descriptor) => Plans.GetOrAdd(descriptor, d => new PayloadPlan(d));

    /// <summary>The message a field holds, directly, repeated or as a map's value; null for a scalar.</summary>
    public static MessageDescriptor? ValueOf(FieldDescriptor field)
    {
        if (field.FieldType != FieldType.Message)
            return null;
        if (!field.IsMap)
            return field.MessageType;
        var value = field.MessageType.FindFieldByNumber(2);
        return value.FieldType == FieldType.Message ? value.MessageType : null;
    }

    private static bool Reaches(MessageDescriptor descriptor, HashSet<MessageDescriptor> seen)
    {
        if (descriptor == SearchAttributes.Descriptor)
            return false;
        if (descriptor == Payload.Descriptor || descriptor == Any.Descriptor)
            return true;
        return seen.Add(descriptor) && descriptor.Fields.InDeclarationOrder().Any(f => ValueOf(f) is { } value && Reaches(value, seen));
    }
}
