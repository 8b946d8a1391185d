using System.Collections;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Mandate.Protocol.Api.Command.V1;
using Mandate.Protocol.Api.Enums.V1;

namespace Mandate.Faults.Tests.Mutation;

/// <summary>Fills request messages with values that could be right: names of what exists, tokens given out, commands whose type fits their attributes.</summary>
internal sealed class RequestGenerator(Harvest harvest)
{
    private const int MaxDepth = 6;

    private static readonly string[] Queries =
    [
        "WorkflowType = 'Order'", "ExecutionStatus = 'Running' OR ExecutionStatus = 'Completed'", "WorkflowId STARTS_WITH 'w'", "StartTime > '2020-01-01T00:00:00Z' ORDER BY StartTime DESC",
        "CloseTime IS NULL", "WorkflowId IN ('w1', 'w2')", "StartTime BETWEEN '2020-01-01T00:00:00Z' AND '2030-01-01T00:00:00Z'", "",
    ];

    private static readonly string[] Crons = ["", "", "", "@every 1s", "* * * * *", "0 12 1 1 *"];

    public IMessage Create(MessageDescriptor type, Random random, int depth = 0)
    {
        var message = type.Parser.ParseFrom(ByteString.Empty);
        foreach (var oneof in type.Oneofs.Where(o => !o.IsSynthetic))
        {
            if (random.Next(8) != 0)
                Set(message, oneof.Fields[random.Next(oneof.Fields.Count)], random, depth);
        }

        foreach (var field in type.Fields.InDeclarationOrder())
        {
            if (field.RealContainingOneof is null && (IsNeeded(field) || random.Next(4) == 0))
                Set(message, field, random, depth);
        }

        if (message is Command command)
            command.CommandType = TypeOf(command, random);
        return message;
    }

    /// <summary>Gives a field a value that could be right.</summary>
    public void Set(IMessage message, FieldDescriptor field, Random random, int depth)
    {
        if (depth >= MaxDepth && field.FieldType == FieldType.Message)
            return;
        if (field.IsMap)
        {
            var map = (IDictionary)field.Accessor.GetValue(message);
            var (key, value) = (field.MessageType.FindFieldByNumber(1), field.MessageType.FindFieldByNumber(2));
            for (var i = random.Next(3); i > 0; i--)
            {
                if (Value(key, random, depth) is { } k && Value(value, random, depth) is { } v)
                    map[k] = v;
            }
        }
        else if (field.IsRepeated)
        {
            var list = (IList)field.Accessor.GetValue(message);
            for (var i = random.Next(4); i > 0; i--)
            {
                if (Value(field, random, depth) is { } item)
                    list.Add(item);
            }
        }
        else if (Value(field, random, depth) is { } value)
        {
            field.Accessor.SetValue(message, value);
        }
    }

    private object? Value(FieldDescriptor field, Random random, int depth) => field.FieldType switch
    {
        FieldType.Message or FieldType.Group => Nested(field.MessageType, random, depth),
        FieldType.Enum => System.Enum.ToObject(field.EnumType.ClrType, field.EnumType.Values[random.Next(field.EnumType.Values.Count)].Number),
        FieldType.String => Text(field.Name, random),
        FieldType.Bytes => Bytes(field, random),
        FieldType.Bool => random.Next(2) == 0,
        FieldType.Double => random.NextDouble() * 3,
        FieldType.Float => (float)random.NextDouble(),
        FieldType.Int32 or FieldType.SInt32 or FieldType.SFixed32 => random.Next(12),
        FieldType.UInt32 or FieldType.Fixed32 => (uint)random.Next(12),
        FieldType.Int64 or FieldType.SInt64 or FieldType.SFixed64 => (long)random.Next(12),
        _ => (ulong)random.Next(12),
    };

    private object? Nested(MessageDescriptor type, Random random, int depth)
    {
        if (type.ClrType == typeof(Duration))
            return Duration.FromTimeSpan(TimeSpan.FromMilliseconds(random.Next(1, 20_000)));
        if (type.ClrType == typeof(Timestamp))
            return new Timestamp { Seconds = 1_790_000_000 + random.Next(100_000) };
        // Wrappers and free-form values of well-known types are not what the engine decides by.
        return type.File.Package == "google.protobuf" ? null : Create(type, random, depth + 1);
    }

    private string Text(string field, Random random) => field switch
    {
        "namespace" or "workflow_namespace" => "default",
        "workflow_id" or "resource_id" => $"w{random.Next(200)}",
        "run_id" or "first_execution_run_id" or "workflow_run_id" => random.Next(3) > 0 || !harvest.RunIds.TryPick(random, out var run) ? "" : run,
        "request_id" => random.Next(10) == 0 ? $"r{random.Next(50)}" : new Guid(RandomBytes(random, 16)).ToString(),
        "query" => Queries[random.Next(Queries.Length)],
        "cron_schedule" => Crons[random.Next(Crons.Length)],
        "name" => $"q{random.Next(4)}",
        "activity_id" or "timer_id" or "update_id" => $"{random.Next(8)}",
        "normal_name" or "identity" or "worker_instance_key" => $"i{random.Next(4)}",
        _ => random.Next(4) == 0 ? "" : $"text {random.Next(100)}",
    };

    private ByteString Bytes(FieldDescriptor field, Random random) => field.Name switch
    {
        // Now and then a token goes to the wrong place.
        "task_token" when Tokens(field.ContainingType.Name.Contains("Activity", StringComparison.Ordinal) ^ (random.Next(10) == 0)).TryPick(random, out var token) => token,
        "next_page_token" => random.Next(2) == 0 && harvest.PageTokens.TryPick(random, out var page) ? page : ByteString.Empty,
        "data" => ByteString.CopyFromUtf8($"\"{random.Next()}\""),
        _ => ByteString.CopyFrom(RandomBytes(random, random.Next(40))),
    };

    private Pool<ByteString> Tokens(bool activity) => activity ? harvest.ActivityTaskTokens : harvest.WorkflowTaskTokens;

    private static byte[] RandomBytes(Random random, int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }

    private static bool IsNeeded(FieldDescriptor field) => field.Name is
        "namespace" or "workflow_id" or "workflow_type" or "activity_type" or "task_queue" or "name" or "request_id" or "task_token" or "execution" or "workflow_execution" or "signal_name"
        or "activity_id" or "timer_id" or "start_to_fire_timeout" or "start_to_close_timeout" or "commands" or "query" or "query_type" or "operations" or "marker_name" or "update_id";

    private static CommandType TypeOf(Command command, Random random)
    {
        var attributes = command.AttributesCase.ToString();
        return System.Enum.TryParse<CommandType>(attributes.Replace("CommandAttributes", "", StringComparison.Ordinal), out var type)
            ? type
            : (CommandType)random.Next(20);
    }
}
