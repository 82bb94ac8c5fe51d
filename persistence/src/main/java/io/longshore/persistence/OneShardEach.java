package io.longshore.persistence;

import org.apache.pekko.cluster.sharding.typed.ShardingEnvelope;
import org.apache.pekko.cluster.sharding.typed.ShardingMessageExtractor;

/** Every partition is a shard of its own. */
final class OneShardEach
    extends ShardingMessageExtractor<ShardingEnvelope<PartitionMessage>, PartitionMessage> {
  @Override
  public String entityId(ShardingEnvelope<PartitionMessage> envelope) {
    return envelope.entityId();
  }

  @Override
  public String shardId(String entityId) {
    return entityId;
  }

  @Override
  public PartitionMessage unwrapMessage(ShardingEnvelope<PartitionMessage> envelope) {
    return envelope.message();
  }
}
