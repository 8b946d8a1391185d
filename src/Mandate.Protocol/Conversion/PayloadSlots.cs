using System.Collections;
using Google.Protobuf;
using Google.Protobuf.Collections;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Api.ErrorDetails.V1;
using Mandate.Protocol.Api.Update.V1;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Protocol.Conversion;

/// <summary>Finds every place in a message that holds payloads.</summary>
/// <param name="headers">Says which headers are among them; null for none.</param>
internal sealed class PayloadSlots(IHeaderCodec? headers)
{
    // Messages that travel inside Any: update protocol messages and error details.
    private static readonly TypeRegistry Contract = TypeRegistry.FromFiles(
        WorkflowserviceReflection.Descriptor, UpdateReflection.Descriptor, ErrordetailsReflection.Descriptor);

    private readonly List<PayloadSlot> _found = [];
    private readonly List<(Any Envelope, IMessage Content)> _opened = [];

    public IReadOnlyList<PayloadSlot> Found => _found;

    public void Collect(IMessage message)
    {
        switch (message)
        {
            case Any any:
                Open(any);
                return;
            case Payloads list:
                AddList(list.Payloads_);
                return;
            case Header header:
                CollectHeaders(header);
                return;
        }

        foreach (var field in PayloadPlan.Of(message.Descriptor).Fields)
            CollectField(message, field);
    }

    /// <summary>Writes opened <see cref="Any"/> contents back. Inner envelopes were opened after the ones around them.</summary>
    public void Repack()
    {
        for (var i = _opened.Count - 1; i >= 0; i--)
            _opened[i].Envelope.Value = _opened[i].Content.ToByteString();
    }

    private void CollectField(IMessage message, FieldDescriptor field)
    {
        var isPayload = PayloadPlan.ValueOf(field) == Payload.Descriptor;
        var value = field.Accessor.GetValue(message);
        switch (value)
        {
            case null:
                break;
            case IDictionary map when isPayload:
                foreach (DictionaryEntry entry in map)
                    AddOne((Payload)entry.Value!, replaced => map[entry.Key] = replaced);
                break;
            case IDictionary map:
                foreach (IMessage child in map.Values)
                    Collect(child);
                break;
            case RepeatedField<Payload> list:
                AddList(list);
                break;
            case IList list:
                foreach (IMessage child in list)
                    Collect(child);
                break;
            case Payload payload:
                AddOne(payload, replaced => field.Accessor.SetValue(message, replaced));
                break;
            case IMessage child:
                Collect(child);
                break;
        }
    }

    private void CollectHeaders(Header header)
    {
        if (headers is null)
            return;
        foreach (var name in header.Fields.Keys.Where(headers.EncodesHeader).ToList())
            AddOne(header.Fields[name], replaced => header.Fields[name] = replaced);
    }

    private void AddOne(Payload payload, Action<Payload> replace) => _found.Add(new PayloadSlot([payload], StandsAlone: true, list => replace(list[0])));

    private void AddList(RepeatedField<Payload> list)
    {
        if (list.Count == 0)
            return;
        _found.Add(new PayloadSlot([.. list], StandsAlone: false, replaced =>
        {
            list.Clear();
            list.AddRange(replaced);
        }));
    }

    private void Open(Any any)
    {
        if (Contract.Find(Any.GetTypeName(any.TypeUrl)) is not { } type || !PayloadPlan.Of(type).ReachesPayloads)
            return;
        var content = type.Parser.ParseFrom(any.Value);
        _opened.Add((any, content));
        Collect(content);
    }
}
